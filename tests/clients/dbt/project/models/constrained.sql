{{ config(materialized='table') }}
select cast(id as bigint) as id, cast(name as string) as name from {{ ref('raw_customers') }}
