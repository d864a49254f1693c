namespace TfLbfgs.Keras.Serialization;

/// <summary>Compares the values of fields with their bounds.</summary>
internal sealed class ConfigChecker(string owner) : ConfigFields(KerasGeneration.Keras3)
{
    public override TfLbfgsException Fail(string expected) => new($"{owner}: {expected}");

    internal override void Exchange<T>(FieldDeclaration field, ref T value, FieldForm<T> form)
    {
        if (form.IsValid is not null && !form.IsValid(value))
            throw Fail($"expected {field.Name} to be {form.Text}, received {Text(value)}.");
    }

    private static string Text<T>(T value) => value switch
    {
        null => "null",
        IEnumerable<int> list => $"[{string.Join(", ", list)}]",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => $"'{value}'",
    };
}
