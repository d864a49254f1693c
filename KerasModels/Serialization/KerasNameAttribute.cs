namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// States the names under which a component of this library stands in Keras files, where they are others than the name of the class.
/// Components of users are registered by <see cref="KerasRegistry"/>.
/// </summary>
/// <param name="name">The name that is written.</param>
/// <param name="aliases">Other names that are read.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class KerasNameAttribute(string name, params string[] aliases) : Attribute
{
    /// <summary>The name that is written.</summary>
    public string Name { get; } = name;

    /// <summary>Other names that are read.</summary>
    public IReadOnlyList<string> Aliases { get; } = aliases;

    /// <summary>The generation of Keras in which the name means this class; where it is left out, both.</summary>
    public KerasGeneration Generation { get; init; }

    /// <summary>Whether files name the class; false leaves it out of the registry. Default true.</summary>
    public bool IsStored { get; init; } = true;
}
