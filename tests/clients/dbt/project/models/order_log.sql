{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', on_schema_change='append_new_columns') }}
select id, customer, amount, `at`
{% if var('with_note', false) %}, concat('note ', id) as note{% endif %}
from {{ ref('raw_orders') }}
{% if is_incremental() %}where id >= (select max(id) from {{ this }}){% endif %}
