# Streams that need more parts of the smallest size than S3 allows: 10,000.

# MiB; 5 MiB is the smallest part, so that 10,000 of them are 48.8 GiB.
readonly PARTS_STREAM=$((61440 * SCALE / 100))
readonly PARTS_SMALLEST=5
readonly PARTS_MEMORY=64

row_parts() {
  begin "A stream of $((PARTS_STREAM / 1024)) GiB to S3 in parts of at least $PARTS_SMALLEST MiB"
  start_sink
  local estimate name
  table_head
  for estimate in $PARTS_STREAM $((PARTS_STREAM / 3)); do
    name=estimate$estimate
    measure "$work/$name" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx1g \
      --enable-native-access=ALL-UNNAMED -cp "$LIBRARIES/*" "$BENCH/ManyParts.java" "$ENDPOINT" \
      "$name" "$PARTS_STREAM" "$estimate" "$PARTS_SMALLEST" "$PARTS_MEMORY"
    side "estimated as $((estimate / 1024)) GiB: $(parts_of "$name") parts" "$work/$name" \
      $((PARTS_STREAM << 20))
  done
  report
  report "No part has a number above 10,000 (the sink refuses it), and the object has the whole length."
}

parts_of() { grep -c "^UploadPart 200 .* $1/" "$work/sink/requests"; }
