namespace TfLbfgs.Runtime;

/// <summary>Why the native library refused a call: <c>TF_Code</c>. Python: the classes of <c>tf.errors</c>.</summary>
public enum TfStatusCode
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>The operation was cancelled.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code.</summary>
    Unknown = 2,

    /// <summary>An argument is wrong in any state: shapes, dtypes, attribute values.</summary>
    InvalidArgument = 3,

    /// <summary>The time ran out.</summary>
    DeadlineExceeded = 4,

    /// <summary>A file, key, op, function or resource does not exist.</summary>
    NotFound = 5,

    /// <summary>It exists already.</summary>
    AlreadyExists = 6,

    /// <summary>Not permitted.</summary>
    PermissionDenied = 7,

    /// <summary>Memory or another resource ran out.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs, such as a variable without a value.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted.</summary>
    Aborted = 10,

    /// <summary>An index or slice lies outside.</summary>
    OutOfRange = 11,

    /// <summary>No kernel for these dtypes on this device.</summary>
    Unimplemented = 12,

    /// <summary>An invariant inside TensorFlow is broken.</summary>
    Internal = 13,

    /// <summary>A worker does not answer.</summary>
    Unavailable = 14,

    /// <summary>Data are lost or damaged.</summary>
    DataLoss = 15,

    /// <summary>No valid credentials.</summary>
    Unauthenticated = 16,
}
