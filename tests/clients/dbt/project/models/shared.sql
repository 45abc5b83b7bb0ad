{{ config(materialized='table', grants={'select': [env_var('LAKEPORT_ROBOT')]}) }}
select 1 as a
