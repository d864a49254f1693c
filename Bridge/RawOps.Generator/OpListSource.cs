namespace TfLbfgs.RawOpsGenerator;

/// <summary>What the generator reads: the serialized op list of one TensorFlow library.</summary>
/// <param name="TensorFlowVersion">Such as <c>2.21.0</c>.</param>
/// <param name="Bytes">A serialized <c>OpList</c>.</param>
internal sealed record OpListSource(string TensorFlowVersion, byte[] Bytes);
