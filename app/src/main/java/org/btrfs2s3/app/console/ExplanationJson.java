package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;
import java.util.Collection;
import org.btrfs2s3.core.catalog.StoredChain;
import org.btrfs2s3.core.explain.BackupFate;
import org.btrfs2s3.core.explain.Explanation;
import org.btrfs2s3.core.explain.SnapshotFate;
import org.btrfs2s3.core.explain.Until;
import org.btrfs2s3.policy.TimeSpan;
import org.jspecify.annotations.Nullable;

/** What is known of one snapshot and its backups, for scripts. */
public final class ExplanationJson {

  private ExplanationJson() {}

  /** Adds the members to an object. */
  public static void write(Explanation explanation, ObjectNode to) {
    to.put("uuid", explanation.uuid().toString());
    to.put("now", explanation.now().toString());
    to.put("timezone", explanation.zone().getId());
    var snapshot = explanation.snapshot();
    if (snapshot == null) {
      to.putNull("snapshot");
    } else {
      write(snapshot, explanation.zone(), to.putObject("snapshot"));
    }
    var remotes = to.putArray("remotes");
    explanation.backups().forEach(fate -> write(fate, explanation.zone(), remotes.addObject()));
  }

  private static void write(SnapshotFate fate, ZoneId zone, ObjectNode to) {
    var snapshot = fate.snapshot();
    to.put("source", fate.source().uuid().toString())
        .put("source_path", fate.source().path())
        .put("name", snapshot.name())
        .put("ctransid", snapshot.ctransid().value())
        .put("ctime", snapshot.ctime().toString());
    JsonMembers.standing(snapshot.standing(), to);
    var keptFor = to.putArray("kept_for");
    for (var keeping : fate.keptFor()) {
      var node = keptFor.addObject().put("remote", keeping.remote().value());
      JsonMembers.identifiers("reasons", keeping.reasons(), node);
      spans(keeping.spans(), zone, node.putArray("spans"));
    }
    until(fate.until(), to);
    to.put("withheld", fate.withheld());
  }

  private static void write(BackupFate fate, ZoneId zone, ObjectNode to) {
    var policy = fate.policy();
    to.put("id", fate.remote().value())
        .put("situation", Words.identifier(fate.situation()))
        .put("preserve", policy == null ? null : policy.toString());
    var backup = fate.backup();
    to.put("key", backup == null ? null : backup.key().value());
    to.put("damaged", fate.damaged() != null);
    to.put("incomplete", fate.unfinished() != null);
    var kept = fate.kept();
    if (kept != null) {
      JsonMembers.identifiers("reasons", kept.reasons(), to);
      JsonMembers.identifiers("flags", kept.flags(), to);
      spans(kept.spans(), zone, to.putArray("spans"));
    }
    until(fate.until(), to);
    to.put("withheld", fate.withheld());
    switch (fate.chain()) {
      case StoredChain.Broken broken ->
          to.put("restorable", false).put("problem", backup == null ? null : broken.reason());
      case StoredChain.Complete complete -> {
        to.put("restorable", true);
        var chain = to.putArray("chain");
        complete.backups().forEach(member -> chain.add(member.uuid().toString()));
      }
    }
    var dependents = to.putArray("dependents");
    for (var dependent : fate.dependents()) {
      dependents
          .addObject()
          .put("uuid", dependent.uuid().toString())
          .put("ctime", dependent.ctime().toString())
          .put("direct", dependent.direct())
          .put("exists", dependent.stored());
    }
  }

  private static void until(@Nullable Until until, ObjectNode to) {
    var member = "until";
    switch (until) {
      case null -> to.putNull(member);
      case Until.Expired _ -> to.put(member, "expired");
      case Until.NextBackup _ -> to.put(member, "next_backup");
      case Until.At at -> to.put(member, at.time().toString());
      case Until.Open _ -> to.put(member, "open");
    }
  }

  private static void spans(Collection<TimeSpan> spans, ZoneId zone, ArrayNode to) {
    spans.forEach(span -> to.add(span.describe(zone)));
  }
}
