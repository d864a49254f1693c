namespace TfLbfgs.Keras.Serialization;

/// <content>Components within components.</content>
public abstract partial class ConfigFields
{
    /// <summary>Declares a component: in files an object with class name and configuration, or a name alone.</summary>
    /// <typeparam name="T">The kind of component, such as Initializer or Layer.</typeparam>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="required">Whether a configuration must have it.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    public void Component<T>(string name, ref T value, bool required = false, KerasGeneration? only = null) where T : KerasComponent =>
        Exchange(new FieldDeclaration(name, required, only), ref value, FieldForms.Component<T>());

    /// <summary>Declares a component that may be null.</summary>
    /// <typeparam name="T">The kind of component.</typeparam>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    /// <param name="omitNull">Whether null is not written; default false.</param>
    public void OptionalComponent<T>(string name, ref T? value, KerasGeneration? only = null, bool omitNull = false) where T
        : KerasComponent =>
        Exchange(new FieldDeclaration(name, Only: only, OmitsNull: omitNull), ref value, FieldForms.OptionalComponent<T>());

    /// <summary>Declares a list of components, such as the cells of stacked recurrent cells.</summary>
    /// <typeparam name="T">The kind of component.</typeparam>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="required">Whether a configuration must have it.</param>
    public void Components<T>(string name, ref IReadOnlyList<T> value, bool required = false) where T : KerasComponent =>
        Exchange(new FieldDeclaration(name, required), ref value, FieldForms.Components<T>());
}
