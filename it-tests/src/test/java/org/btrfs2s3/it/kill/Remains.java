package org.btrfs2s3.it.kill;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.it.proxy.Exchange;
import org.btrfs2s3.it.proxy.RequestKind;

/**
 * What an update had done when it was killed.
 *
 * @param created snapshots
 * @param renamed those of them that have their final names
 * @param deleted snapshots
 * @param exchanges with the server
 */
record Remains(int created, int renamed, int deleted, List<Exchange> exchanges) {
  private static final Set<RequestKind> OF_UPLOADS =
      Set.of(
          RequestKind.HEAD_OBJECT,
          RequestKind.PUT_OBJECT,
          RequestKind.CREATE_UPLOAD,
          RequestKind.UPLOAD_PART,
          RequestKind.COMPLETE_UPLOAD);

  Remains {
    exchanges = List.copyOf(exchanges);
  }

  static Remains of(
      List<SubvolumeEntry> before, List<SubvolumeEntry> after, List<Exchange> exchanges) {
    Set<UUID> old = uuids(before);
    List<SubvolumeEntry> created =
        after.stream().filter(entry -> !old.contains(entry.info().uuid())).toList();
    long renamed =
        created.stream().filter(entry -> !entry.name().toString().contains(".NEW.")).count();
    int kept = after.size() - created.size();
    return new Remains(created.size(), (int) renamed, before.size() - kept, exchanges);
  }

  private static Set<UUID> uuids(List<SubvolumeEntry> entries) {
    return entries.stream().map(entry -> entry.info().uuid()).collect(Collectors.toSet());
  }

  boolean triedToUpload() {
    return exchanges.stream().anyMatch(exchange -> OF_UPLOADS.contains(exchange.request().kind()));
  }

  boolean triedToDelete() {
    return exchanges.stream()
        .anyMatch(exchange -> exchange.request().kind() == RequestKind.DELETE_OBJECTS);
  }
}
