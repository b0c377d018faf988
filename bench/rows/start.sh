# What short commands cost.

readonly START_RUNS=11

row_start() {
  begin 'Start'
  start_sink
  volume start 1
  config start start 1y
  local i
  for ((i = 1; i <= START_RUNS; i++)); do
    measure "$work/start.version" "$SUBJECT" --version
    measure "$work/start.list" "$SUBJECT" -c "$work/config.yaml" list
    measure "$work/start.aws" aws --endpoint-url "$ENDPOINT" s3 ls s3://start
  done
  table_head
  side '`btrfs2s3 --version`' "$work/start.version"
  side '`btrfs2s3 list` (one request)' "$work/start.list"
  side '`aws s3 ls` (one request)' "$work/start.aws"
  drop_volume start
}
