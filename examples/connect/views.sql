-- Typed columns over the events, and of a window that came again the newest. Run once, when both tables are there.
create or replace view areas as
select distinct on (camera, zone, query, window_ms, starts_at) *
from (
  select
    data->>'camera' as camera,
    data->>'zone' as zone,
    data->>'query' as query,
    (data->>'windowMs')::bigint as window_ms,
    to_timestamp((data->>'windowStartMs')::bigint / 1000.0) as starts_at,
    (data->>'mean')::double precision as mean,
    (data->>'max')::double precision as max,
    __connect_partition,
    __connect_offset
  from (select event::jsonb->'data' as data, __connect_partition, __connect_offset from area_events) events
) windows
order by camera, zone, query, window_ms, starts_at, __connect_offset desc;

create or replace view alerts as
select
  data->>'id' as id,
  data->>'camera' as camera,
  data->>'rule' as rule,
  data->>'zone' as zone,
  min(to_timestamp((data->>'atMs')::bigint / 1000.0)) filter (where data->>'state' = 'OPEN') as opened_at,
  max(to_timestamp((data->>'atMs')::bigint / 1000.0)) filter (where data->>'state' = 'CLOSE') as closed_at,
  max((data->>'peak')::double precision) as peak
from (select event::jsonb->'data' as data from alert_events) events
where data->>'state' <> 'DIGEST'
group by 1, 2, 3, 4;
