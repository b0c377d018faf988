package org.btrfs2s3.it.proxy;

import java.util.Set;

/** What a request asks of an S3 server. */
public enum RequestKind {
  LIST_OBJECTS,
  HEAD_BUCKET,
  HEAD_OBJECT,
  GET_OBJECT,
  PUT_OBJECT,
  DELETE_OBJECT,
  DELETE_OBJECTS,
  CREATE_UPLOAD,
  UPLOAD_PART,
  COMPLETE_UPLOAD,
  ABORT_UPLOAD,
  LIST_PARTS,
  LIST_UPLOADS,
  /** What the program has no use for, such as tags. */
  OTHER;

  /**
   * @param parameters names in the query
   */
  static RequestKind of(String method, boolean hasKey, Set<String> parameters) {
    return hasKey ? ofObject(method, parameters) : ofBucket(method, parameters);
  }

  private static RequestKind ofBucket(String method, Set<String> parameters) {
    return switch (method) {
      case "HEAD" -> HEAD_BUCKET;
      case "GET" ->
          parameters.contains("uploads")
              ? LIST_UPLOADS
              : parameters.contains("list-type") ? LIST_OBJECTS : OTHER;
      case "POST" -> parameters.contains("delete") ? DELETE_OBJECTS : OTHER;
      default -> OTHER;
    };
  }

  private static RequestKind ofObject(String method, Set<String> parameters) {
    boolean ofUpload = parameters.contains("uploadId");
    return switch (method) {
      case "HEAD" -> HEAD_OBJECT;
      case "GET" -> ofUpload ? LIST_PARTS : GET_OBJECT;
      case "PUT" -> ofUpload ? UPLOAD_PART : parameters.isEmpty() ? PUT_OBJECT : OTHER;
      case "DELETE" -> ofUpload ? ABORT_UPLOAD : DELETE_OBJECT;
      case "POST" ->
          ofUpload ? COMPLETE_UPLOAD : parameters.contains("uploads") ? CREATE_UPLOAD : OTHER;
      default -> OTHER;
    };
  }
}
