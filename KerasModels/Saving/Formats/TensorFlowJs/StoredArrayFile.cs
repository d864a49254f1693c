namespace TfLbfgs.Keras.Saving.Formats.TensorFlowJs;

/// <summary>A file with a part of the weights.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">Its length in bytes.</param>
internal sealed record StoredArrayFile(string Path, long Length);
