{{ config(materialized='table') }}
select customer, sum(amount) as total from {{ ref('recent') }} group by customer
