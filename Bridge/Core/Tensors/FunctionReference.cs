namespace TfLbfgs.Tensors;

/// <summary>The name of a function that the context knows, as the value of a function attribute (such as the body of a loop).</summary>
/// <param name="Name">The function's name in the context.</param>
public readonly record struct FunctionReference(string Name);
