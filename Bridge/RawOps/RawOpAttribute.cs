namespace TfLbfgs;

/// <summary>
/// Marks the method of an op, so that tools find it by the name of the op's definition. Inputs and attributes become parameters by a fixed
/// rule: words are joined in camel case
/// (<c>transpose_a</c> is <c>transposeA</c>, <c>DstT</c> is <c>dstT</c>); where a parameter departs from it,
/// <see cref="RawOpArgumentAttribute"/> tells.
/// </summary>
/// <param name="name">The op's name.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RawOpAttribute(string name) : Attribute
{
    /// <summary>The op's name, such as <c>MatMul</c>.</summary>
    public string Name => name;
}
