package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.restore.ColdObjects;
import org.btrfs2s3.core.restore.RestoreMember;
import org.btrfs2s3.core.restore.RestorePlan;
import org.btrfs2s3.core.restore.RestoreReport;
import org.btrfs2s3.core.restore.Supply;

/** What a restore is going to do, and did, for scripts. */
public final class RestoreJson {

  private RestoreJson() {}

  /**
   * Adds the plan's members to an object.
   *
   * @param free bytes in the target
   */
  public static void write(RestorePlan plan, long free, ObjectNode to) {
    var members = to.putArray("members");
    for (var member : plan.members()) {
      var node = members.addObject();
      node.put("role", role(member));
      node.put("name", member.finalName());
      write(member.backup(), node);
    }
    var there = to.putArray("restored_already");
    plan.there().forEach(member -> there.add(member.finalName()));
    var unrestorable = to.putArray("unrestorable");
    plan.unrestorable().forEach(unrestorable::add);
    var passedOver = to.putArray("passed_over");
    plan.passedOver().forEach(passedOver::add);
    to.put("bytes_to_fetch", plan.bytesToFetch());
    to.put("space_needed", plan.spaceNeeded()).put("may_need_more", plan.needsMoreSpace());
    to.put("space_free", free);
  }

  /** Adds what of it lies in cold storage. */
  public static void write(ColdObjects cold, ObjectNode to) {
    to.putObject("cold_storage")
        .put("objects", cold.objects().size())
        .put("frozen", cold.frozen().size())
        .put("thawing", cold.thawing().size())
        .put("bytes", ColdObjects.bytes(cold.objects()));
  }

  private static String role(RestoreMember member) {
    return switch (member.supply()) {
      case Supply.Fetched _ -> member.wanted() ? "restore" : "send_parent";
      case Supply.Finished _ -> "received_already";
      case Supply.Restored _ -> "already_there";
      case Supply.Trusted _ -> "trusted";
    };
  }

  /** Adds what is known of a backup, and its objects. */
  public static void write(StoredBackup backup, ObjectNode to) {
    ListingJson.stored(backup, to);
    var keys = to.putArray("content_keys");
    backup.contentKeys().forEach(key -> keys.add(key.value()));
  }

  /** Adds what became of it. */
  public static void write(RestoreReport report, Path target, ObjectNode to) {
    var outcome = to.putObject("outcome");
    write(report.restored(), target, outcome.putArray("restored"));
    write(report.there(), target, outcome.putArray("restored_already"));
    var writable = report.writable();
    outcome.put("writable", writable == null ? null : target.resolve(writable).toString());
    JsonMembers.failures("failures", report.failures(), outcome);
  }

  private static void write(List<RestoreMember> members, Path target, ArrayNode to) {
    for (var member : members) {
      to.addObject()
          .put("uuid", member.backup().uuid().toString())
          .put("path", target.resolve(member.finalName()).toString());
    }
  }
}
