{{ config(enabled=var('materialized', false), materialized='materialized_view') }}
select 1 as a
