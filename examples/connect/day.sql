-- One day of a camera, by hours: the mean share of each query in the whole picture and its peak; and the alerts that opened.
-- psql -v camera=gate -v day=2026-11-28 -f day.sql
select
  to_char(date_trunc('hour', starts_at), 'HH24:MI') as hour,
  query,
  round((100 * avg(mean))::numeric, 1) as "mean %",
  round((100 * max(max))::numeric, 1) as "peak %",
  repeat('#', ceil(40 * avg(mean))::int) as share
from areas
where camera = :'camera' and zone = '' and window_ms = 60000
  and starts_at >= :'day'::date and starts_at < :'day'::date + 1
group by date_trunc('hour', starts_at), query
order by 1, 2;

select to_char(opened_at, 'HH24:MI:SS') as opened, closed_at - opened_at as lasted, rule, zone, round((100 * peak)::numeric, 1) as "peak %"
from alerts
where camera = :'camera' and opened_at >= :'day'::date and opened_at < :'day'::date + 1
order by opened_at;
