package org.btrfs2s3.it.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.btrfs2s3.it.s3.S3Server;
import org.btrfs2s3.s3.AccessKey;
import org.btrfs2s3.s3.S3Endpoint;
import org.btrfs2s3.s3.S3Settings;
import org.btrfs2s3.s3.S3StoreFactory;
import org.btrfs2s3.s3.TlsVerification;
import org.btrfs2s3.s3.UploadLimits;

/** The stores that uploads are tested on. */
enum StoreKind {
  MEMORY,
  DIRECTORY,
  S3PROXY,
  CEPH;

  /** The smallest that S3 allows. */
  static final int PART_BYTES = 5 << 20;

  /** A remote behind its store: what is left of uploads that nobody can see. */
  interface Remote extends AutoCloseable {
    BackupStore open() throws RemoteException;

    List<String> unfinished() throws IOException;

    @Override
    void close();
  }

  /** An empty remote, or a skipped test where the machine has no such server. */
  Remote create(Path directory) throws RemoteException {
    return switch (this) {
      case MEMORY -> new InMemory(new MemoryStore());
      case DIRECTORY -> {
        DirectoryStore.createMarker(directory);
        yield new InDirectory(directory);
      }
      case S3PROXY -> new OnS3(S3Engine.S3PROXY.orSkip().newBucket());
      case CEPH -> new OnS3(S3Engine.CEPH.orSkip().newBucket());
    };
  }

  private record InMemory(MemoryStore store) implements Remote {
    @Override
    public BackupStore open() {
      return store;
    }

    @Override
    public List<String> unfinished() {
      return store.pendingCount() == 0 ? List.of() : List.of(store.pendingCount() + " pending");
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private record InDirectory(Path directory) implements Remote {
    @Override
    public BackupStore open() {
      return DirectoryStore.at(directory);
    }

    @Override
    public List<String> unfinished() throws IOException {
      try (Stream<Path> files = Files.walk(directory)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> directory.relativize(file).toString())
            .filter(name -> name.startsWith("."))
            .toList();
      }
    }

    @Override
    public void close() {}
  }

  private record OnS3(Bucket bucket) implements Remote {
    @Override
    public BackupStore open() throws RemoteException {
      S3Server server = bucket.server();
      AccessKey key = new AccessKey(server.accessKey(), server.secretKey());
      S3Endpoint endpoint =
          new S3Endpoint(null, server.region(), key, server.endpoint(), new TlsVerification.On());
      return S3StoreFactory.open(
          new S3Settings(bucket.name(), "", endpoint),
          new UploadLimits(PART_BYTES, 2L * PART_BYTES));
    }

    @Override
    public List<String> unfinished() {
      return bucket.unfinishedUploads();
    }

    @Override
    public void close() {
      bucket.close();
    }
  }
}
