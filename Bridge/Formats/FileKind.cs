namespace TfLbfgs.Formats;

/// <summary>What a file is, by its content.</summary>
public enum FileKind
{
    /// <summary>None of those below.</summary>
    Unknown,

    /// <summary>Nothing: 0 bytes.</summary>
    Empty,

    /// <summary>HDF5, also behind a user block.</summary>
    Hdf5,

    /// <summary>A zip archive.</summary>
    Zip,

    /// <summary>A JSON object.</summary>
    Json,

    /// <summary>An array of NumPy.</summary>
    Npy,

    /// <summary>A pickle of Python, which is a program.</summary>
    Pickle,

    /// <summary>The pointer that Git LFS leaves in the place of a file.</summary>
    GitLfsPointer,

    /// <summary>A page of HTML, such as a download page in the place of a file.</summary>
    Html,

    /// <summary>Compressed by gzip.</summary>
    Gzip,

    /// <summary>A model of TensorFlow Lite.</summary>
    TensorFlowLite,

    /// <summary>A tar archive.</summary>
    Tar,

    /// <summary>Weights of safetensors.</summary>
    Safetensors,

    /// <summary>The index of a TensorFlow checkpoint.</summary>
    CheckpointIndex,

    /// <summary>Text of another kind.</summary>
    Text,

    /// <summary>A folder.</summary>
    Folder,
}
