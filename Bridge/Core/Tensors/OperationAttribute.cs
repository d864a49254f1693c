namespace TfLbfgs.Tensors;

/// <summary>An attribute of an op with its name.</summary>
/// <param name="Name">The name in the op's definition, such as <c>transpose_a</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="IsDefault">True when it equals the definition's default, so that the native call can leave it out.</param>
public readonly record struct OperationAttribute(string Name, AttributeValue Value, bool IsDefault);
