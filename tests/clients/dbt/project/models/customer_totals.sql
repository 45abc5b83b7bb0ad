{{ config(materialized='table', tblproperties={'quality': 'gold'}) }}
select c.customer_id, c.name, count(o.id) as orders, coalesce(sum(o.amount), 0) as total
from {{ ref('stg_customers') }} as c
left join {{ ref('raw_orders') }} as o on o.customer = c.customer_id
group by c.customer_id, c.name
