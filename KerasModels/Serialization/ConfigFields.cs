namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// Receives the declarations of a component's fields (<see cref="KerasComponent.Describe"/>). One declaration reads the field from a
/// configuration, writes it, checks it, or lists it, by what the object is that
/// receives it.
/// </summary>
public abstract partial class ConfigFields
{
    private protected ConfigFields(KerasGeneration generation) => Generation = generation;

    /// <summary>The generation of Keras whose configuration is read or written.</summary>
    public KerasGeneration Generation { get; }

    /// <summary>Whether the fields are being read.</summary>
    public virtual bool IsReading => false;

    /// <summary>
    /// Remembers the generation of Keras whose configuration was read, for a component whose formula differs between them. Nothing is
    /// written.
    /// </summary>
    /// <param name="generation">Set to the generation of the configuration.</param>
    public virtual void Origin(ref KerasGeneration generation)
    {
    }

    /// <summary>
    /// Declares fields that Keras writes and that have no meaning here: they are not reported as unused, and not written.
    /// </summary>
    /// <param name="names">The names.</param>
    public virtual void Ignore(params IReadOnlyList<string> names)
    {
    }

    /// <summary>Declares a field that has one possible value here; another one is refused.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, which is written.</param>
    /// <param name="only">The generation of Keras that alone has the field; null (default): both.</param>
    public void Fixed(string name, bool value, KerasGeneration? only = null)
    {
        bool current = value;
        Exchange(new FieldDeclaration(name, Only: only), ref current, FieldForms.Only(value));
    }

    /// <summary>The exception for a combination of fields that cannot be; it names the component.</summary>
    /// <param name="expected">What is expected, and what was received.</param>
    /// <returns>The exception, to be thrown.</returns>
    public abstract TfLbfgsException Fail(string expected);

    /// <summary>Reads, writes, checks or lists one field.</summary>
    internal abstract void Exchange<T>(FieldDeclaration field, ref T value, FieldForm<T> form);
}
