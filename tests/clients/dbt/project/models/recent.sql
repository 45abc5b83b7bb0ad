{{ config(materialized='ephemeral') }}
select * from {{ ref('raw_orders') }} where `at` >= '2024-01-02'
