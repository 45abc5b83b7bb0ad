{{ config(materialized='view') }}
select customer, {{ function('twice') }}(max(id)) as twice from {{ ref('raw_orders') }} group by customer
