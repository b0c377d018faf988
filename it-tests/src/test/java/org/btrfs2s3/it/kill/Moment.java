package org.btrfs2s3.it.kill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.btrfs2s3.it.proxy.Fault.Point;
import org.btrfs2s3.it.proxy.RequestKind;

/** When an update is killed. */
sealed interface Moment {
  /** The phase that the update is in then, if it is killed without delay. */
  Phase phase();

  /** How much later it is killed. */
  Duration delay();

  /** Before, within or after a request. */
  record AtRequest(Phase phase, RequestKind kind, int ordinal, Point point, Duration delay)
      implements Moment {}

  /** Right after a system call. */
  record AfterCall(Phase phase, SystemCall call, int ordinal, Duration delay) implements Moment {}

  /** After every kind of request and system call, and some of those again with a random delay. */
  static List<Moment> all(long seed, int delayed) {
    List<Moment> moments = new ArrayList<>(Stream.concat(atRequests(), afterCalls()).toList());
    Random random = new Random(seed);
    int exact = moments.size();
    for (int i = 0; i < delayed; i++) {
      Duration delay = Duration.ofMillis(1 + random.nextInt(30));
      moments.add(
          switch (moments.get(random.nextInt(exact))) {
            case AtRequest at ->
                new AtRequest(at.phase(), at.kind(), at.ordinal(), Point.AFTER_ANSWER, delay);
            case AfterCall after ->
                new AfterCall(after.phase(), after.call(), after.ordinal(), delay);
          });
    }
    return List.copyOf(moments);
  }

  private static Stream<Moment> atRequests() {
    return Stream.of(
            around(Phase.OBSERVE, RequestKind.LIST_OBJECTS, 1),
            around(Phase.CREATE_SNAPSHOTS, RequestKind.LIST_OBJECTS, 2),
            around(Phase.UPLOAD, RequestKind.HEAD_OBJECT, 1),
            around(Phase.UPLOAD, RequestKind.PUT_OBJECT, 1),
            around(Phase.UPLOAD, RequestKind.CREATE_UPLOAD, 1),
            around(Phase.UPLOAD, RequestKind.UPLOAD_PART, 1),
            around(Phase.UPLOAD, RequestKind.COMPLETE_UPLOAD, 1),
            around(Phase.DELETE_BACKUPS, RequestKind.DELETE_OBJECTS, 1),
            around(Phase.DELETE_BACKUPS, RequestKind.DELETE_OBJECTS, 3),
            Stream.of(
                at(Phase.UPLOAD, RequestKind.PUT_OBJECT, 2, Point.IN_REQUEST),
                at(Phase.UPLOAD, RequestKind.UPLOAD_PART, 2, Point.IN_REQUEST)))
        .flatMap(moments -> moments);
  }

  private static Stream<Moment> around(Phase phase, RequestKind kind, int ordinal) {
    return Stream.of(Point.BEFORE_REQUEST, Point.BEFORE_ANSWER, Point.AFTER_ANSWER)
        .map(point -> at(phase, kind, ordinal, point));
  }

  static Moment at(Phase phase, RequestKind kind, int ordinal, Point point) {
    return new AtRequest(phase, kind, ordinal, point, Duration.ZERO);
  }

  private static Stream<Moment> afterCalls() {
    return Stream.of(
        after(Phase.OBSERVE, SystemCall.INSPECT, 1),
        after(Phase.OBSERVE, SystemCall.SYNC, 1),
        after(Phase.CREATE_SNAPSHOTS, SystemCall.SNAPSHOT, 1),
        after(Phase.CREATE_SNAPSHOTS, SystemCall.SNAPSHOT, 2),
        after(Phase.CREATE_SNAPSHOTS, SystemCall.SNAPSHOT, 3),
        after(Phase.RENAME, SystemCall.RENAME, 1),
        after(Phase.RENAME, SystemCall.RENAME, 2),
        after(Phase.RENAME, SystemCall.RENAME, 3),
        after(Phase.UPLOAD, SystemCall.SEND, 4),
        after(Phase.DELETE_SNAPSHOTS, SystemCall.DELETE, 1),
        after(Phase.DELETE_SNAPSHOTS, SystemCall.DELETE, 2),
        after(Phase.DELETE_SNAPSHOTS, SystemCall.DELETE, 3));
  }

  private static Moment after(Phase phase, SystemCall call, int ordinal) {
    return new AfterCall(phase, call, ordinal, Duration.ZERO);
  }
}
