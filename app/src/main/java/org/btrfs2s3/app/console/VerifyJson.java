package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.verify.VerifyReport;
import org.jspecify.annotations.Nullable;

/** What a verification finds, for scripts. */
public final class VerifyJson {

  private VerifyJson() {}

  /** Adds the report's members to an object. */
  public static void write(VerifyReport report, ObjectNode to) {
    to.put("remote", report.remote());
    to.put("location", report.location());
    to.put("level", Words.identifier(report.level()));
    to.put("backups", report.backups());
    to.put("stream_bytes", report.streamBytes());
    var sampled = to.putArray("sampled");
    report.sampled().forEach(backup -> sampled.add(backup.uuid().toString()));
    var checked = to.putArray("checked");
    report.checked().forEach(uuid -> checked.add(uuid.toString()));
    var unrestorable = to.putArray("unrestorable");
    report.unrestorable().forEach(uuid -> unrestorable.add(uuid.toString()));
    var findings = to.putArray("findings");
    for (var finding : report.findings()) {
      var node = findings.addObject();
      node.put("severity", Words.identifier(finding.severity()));
      node.put("kind", Words.identifier(finding.kind()));
      node.put("uuid", text(finding.uuid()));
      node.put("source", text(finding.source()));
      node.put("key", text(finding.key()));
      var dependents = node.putArray("dependents");
      finding.dependents().forEach(uuid -> dependents.add(uuid.toString()));
      node.put("message", finding.message());
      node.put("advice", finding.advice());
    }
    var notChecked = to.putArray("not_checked");
    for (var what : report.notChecked()) {
      var node = notChecked.addObject();
      node.put("uuid", text(what.uuid()));
      node.put("key", text(what.key()));
      node.put("undecodable", what.undecodable());
      node.put("message", what.message());
    }
  }

  private static @Nullable String text(@Nullable UUID uuid) {
    return uuid == null ? null : uuid.toString();
  }

  private static @Nullable String text(@Nullable ObjectKey key) {
    return key == null ? null : key.value();
  }
}
