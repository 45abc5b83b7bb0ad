{{ config(enabled=var('tagged', false), materialized='table', databricks_tags={'team': 'a'}) }}
select 1 as a
