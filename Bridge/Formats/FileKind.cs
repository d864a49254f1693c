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

    /// <summary>A file of PyTorch before 1.6, a pickle; later ones are zip archives.</summary>
    PyTorch,

    /// <summary>The pointer that Git LFS leaves in place of a file.</summary>
    GitLfsPointer,

    /// <summary>A page of HTML, such as a download page in place of a file.</summary>
    Html,

    /// <summary>Compressed by gzip.</summary>
    Gzip,

    /// <summary>Compressed by 7z, bzip2, xz, zstd or rar.</summary>
    Compressed,

    /// <summary>A model of TensorFlow Lite.</summary>
    TensorFlowLite,

    /// <summary>A model of ONNX.</summary>
    Onnx,

    /// <summary>A model of Core ML.</summary>
    CoreMl,

    /// <summary>A model of llama.cpp.</summary>
    Gguf,

    /// <summary>Weights of Darknet.</summary>
    Darknet,

    /// <summary>Data of MATLAB before version 7.3; later ones are HDF5.</summary>
    Matlab,

    /// <summary>The graph of a SavedModel, <c>saved_model.pb</c>.</summary>
    SavedModelGraph,

    /// <summary>The description of a SavedModel of Keras 2, <c>keras_metadata.pb</c>.</summary>
    KerasMetadata,

    /// <summary>A graph of TensorFlow, such as a frozen one.</summary>
    FrozenGraph,

    /// <summary>The graph of a checkpoint of TensorFlow 1, <c>.meta</c>.</summary>
    MetaGraph,

    /// <summary>A log of TensorBoard.</summary>
    EventLog,

    /// <summary>The list of the checkpoints in a folder, <c>checkpoint</c>.</summary>
    CheckpointState,

    /// <summary>The architecture of a model in YAML.</summary>
    Yaml,

    /// <summary>A tar archive.</summary>
    Tar,

    /// <summary>Weights of safetensors.</summary>
    Safetensors,

    /// <summary>The index of a TensorFlow checkpoint.</summary>
    CheckpointIndex,

    /// <summary>An image: PNG, JPEG or GIF.</summary>
    Image,

    /// <summary>A PDF document.</summary>
    Pdf,

    /// <summary>Text of another kind.</summary>
    Text,

    /// <summary>A folder.</summary>
    Folder,
}
