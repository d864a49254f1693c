namespace TfLbfgs;

/// <summary>
/// Names the input or attribute of an op's definition that a parameter stands for, where the parameter's name does not follow from it.
/// </summary>
/// <param name="name">The name in the definition.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RawOpArgumentAttribute(string name) : Attribute
{
    /// <summary>The name in the definition.</summary>
    public string Name => name;
}
