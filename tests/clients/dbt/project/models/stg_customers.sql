{{ config(materialized='view') }}
select id as customer_id, coalesce(name, 'unknown') as name, country
from {{ ref('raw_customers') }}
