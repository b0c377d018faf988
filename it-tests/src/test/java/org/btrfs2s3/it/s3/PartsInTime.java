package org.btrfs2s3.it.s3;

import java.io.InputStream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Lets S3Proxy drop parts that arrive whole after their upload was aborted, as S3 does. It would
 * keep them for ever: no listing shows them, no request deletes them, and the bucket is never empty
 * again.
 */
final class PartsInTime extends ForwardingBlobStore {
  PartsInTime(BlobStore store) {
    super(store);
  }

  @Override
  public UploadPartResponse uploadMultipartPart(
      MultipartUpload upload, UploadPartRequest request, InputStream content) {
    UploadPartResponse stored = super.uploadMultipartPart(upload, request, content);
    if (listMultipartUploads(upload.containerName()).stream()
        .noneMatch(there -> there.uploadId().equals(upload.id()))) {
      abortMultipartUpload(upload);
    }
    return stored;
  }
}
