package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.plan.Standing;
import org.btrfs2s3.core.run.Failure;

/** Members that are the same in the documents of several commands. */
final class JsonMembers {

  private JsonMembers() {}

  /** What tells a backup from all others. */
  static ObjectNode identity(BackupIdentity identity, ObjectNode to) {
    var parent = identity.sendParent();
    return to.put("uuid", identity.uuid().toString())
        .put("source", identity.source().toString())
        .put("send_parent", parent == null ? null : parent.toString())
        .put("ctransid", identity.ctransid().value())
        .put("ctime", identity.ctime().toString());
  }

  static void standing(Standing standing, ObjectNode to) {
    switch (standing) {
      case Standing.Ours _ -> to.put("standing", "ours");
      case Standing.Users _ -> to.put("standing", "users");
      case Standing.Unusable unusable ->
          to.put("standing", "unusable").put("problem", unusable.reason());
    }
  }

  /** An array that does not depend on the order of a set. */
  static void identifiers(String member, Collection<? extends Enum<?>> constants, ObjectNode to) {
    var array = to.putArray(member);
    constants.stream().map(Words::identifier).sorted().forEach(array::add);
  }

  /** An array of their messages. */
  static void failures(String member, List<Failure> failures, ObjectNode to) {
    var array = to.putArray(member);
    failures.forEach(failure -> array.add(failure.message()));
  }
}
