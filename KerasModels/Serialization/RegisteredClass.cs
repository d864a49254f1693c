namespace TfLbfgs.Keras.Serialization;

/// <summary>A class that configurations may name.</summary>
/// <param name="Kind">The kind: the class below <see cref="KerasComponent"/> from which it derives, such as Layer.</param>
/// <param name="Type">The class.</param>
/// <param name="Factory">Makes an object to be filled from a configuration.</param>
/// <param name="Generation">The generation of Keras in which the names mean this class; null: both.</param>
/// <param name="Package">The package under which a class of the user is registered; null for one of Keras.</param>
/// <param name="Name">The name that is written.</param>
/// <param name="Aliases">Other names that are read.</param>
internal sealed record RegisteredClass(
    Type Kind, Type Type, Func<KerasComponent> Factory, KerasGeneration? Generation, string? Package, string Name,
        IReadOnlyList<string> Aliases)
{
    public IEnumerable<string> Names => Aliases.Prepend(Name);
}
