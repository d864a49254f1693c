using System.Text.Json;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Serialization;

/// <content>Numbers, texts, shapes and lists.</content>
public abstract partial class ConfigFields
{
    /// <summary>Declares an integer.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="minimum">The smallest value; null: any.</param>
    /// <param name="required">Whether a configuration must have it; default false: without it the field keeps its value.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    /// <param name="alias">A name under which it is read, too; null: none.</param>
    public void Integer(string name, ref long value, long? minimum = null, bool required = false, KerasGeneration? only = null,
        string? alias = null) =>
        Exchange(new FieldDeclaration(name, required, only, alias), ref value, FieldForms.Integer(minimum));

    /// <inheritdoc cref="Integer(string, ref long, long?, bool, KerasGeneration?, string?)"/>
    public void Integer(string name, ref int value, int? minimum = null, bool required = false, KerasGeneration? only = null,
        string? alias = null) =>
        Exchange(new FieldDeclaration(name, required, only, alias), ref value, FieldForms.Int32(minimum));

    /// <summary>Declares an integer that may be null.</summary>
    /// <inheritdoc cref="Integer(string, ref long, long?, bool, KerasGeneration?, string?)"/>
    public void OptionalInteger(string name, ref long? value, long? minimum = null, KerasGeneration? only = null, string? alias = null) =>
        Exchange(new FieldDeclaration(name, Only: only, Alias: alias), ref value, FieldForms.OptionalInteger(minimum));

    /// <inheritdoc cref="OptionalInteger(string, ref long?, long?, KerasGeneration?, string?)"/>
    public void OptionalInteger(string name, ref int? value, int? minimum = null, KerasGeneration? only = null, string? alias = null) =>
        Exchange(new FieldDeclaration(name, Only: only, Alias: alias), ref value, FieldForms.OptionalInt32(minimum));

    /// <summary>Declares the seed of random numbers: an integer, or null. A generator of Keras 3 in its place counts as none.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    public void Seed(string name, ref long? value) => Exchange(new FieldDeclaration(name), ref value, FieldForms.Seed);

    /// <summary>Declares a number.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="minimum">The smallest value; null: any.</param>
    /// <param name="maximum">The largest value; null: any.</param>
    /// <param name="positive">Whether it must be above 0.</param>
    /// <param name="required">Whether a configuration must have it.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    /// <param name="alias">A name under which it is read, too; null: none.</param>
    public void Number(
        string name, ref double value, double? minimum = null, double? maximum = null, bool positive = false, bool required = false,
            KerasGeneration? only = null, string? alias = null) =>
        Exchange(new FieldDeclaration(name, required, only, alias), ref value, FieldForms.Number(minimum, maximum, positive));

    /// <summary>Declares a number that may be null.</summary>
    /// <inheritdoc cref="Number(string, ref double, double?, double?, bool, bool, KerasGeneration?, string?)"/>
    public void OptionalNumber(string name, ref double? value, double? minimum = null, double? maximum = null, KerasGeneration? only = null,
        string? alias = null) =>
        Exchange(new FieldDeclaration(name, Only: only, Alias: alias), ref value, FieldForms.OptionalNumber(minimum, maximum));

    /// <summary>Declares a value of true or false.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    /// <param name="alias">A name under which it is read, too; null: none.</param>
    public void Flag(string name, ref bool value, KerasGeneration? only = null, string? alias = null) =>
        Exchange(new FieldDeclaration(name, Only: only, Alias: alias), ref value, FieldForms.Flag);

    /// <summary>Declares a value of true, false or null.</summary>
    /// <inheritdoc cref="Flag(string, ref bool, KerasGeneration?, string?)"/>
    public void OptionalFlag(string name, ref bool? value, KerasGeneration? only = null) =>
        Exchange(new FieldDeclaration(name, Only: only), ref value, FieldForms.OptionalFlag);

    /// <summary>Declares a text.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="required">Whether a configuration must have it.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    public void Text(string name, ref string value, bool required = false, KerasGeneration? only = null) =>
        Exchange(new FieldDeclaration(name, required, only), ref value, FieldForms.Text);

    /// <summary>Declares a text that may be null.</summary>
    /// <inheritdoc cref="Text(string, ref string, bool, KerasGeneration?)"/>
    public void OptionalText(string name, ref string? value, KerasGeneration? only = null) =>
        Exchange(new FieldDeclaration(name, Only: only), ref value, FieldForms.OptionalText);

    /// <summary>Declares one of several texts.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="choices">The texts that are allowed.</param>
    public void Choice(string name, ref string value, params IReadOnlyList<string> choices) =>
        Exchange(new FieldDeclaration(name), ref value, FieldForms.Choice(choices));

    /// <summary>Declares one of several texts, or null.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="choices">The texts that are allowed.</param>
    public void OptionalChoice(string name, ref string? value, params IReadOnlyList<string> choices) =>
        Exchange(new FieldDeclaration(name), ref value, FieldForms.OptionalChoice(choices));

    /// <summary>Declares a value that stands in files as one of several texts.</summary>
    /// <typeparam name="T">The type of the C# field, an enum for instance.</typeparam>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="choices">The texts with their meaning; of those with one meaning the first is written.</param>
    public void Choice<T>(string name, ref T value, params IReadOnlyList<(string Text, T Value)> choices) where T : notnull =>
        Exchange(new FieldDeclaration(name), ref value, FieldForms.Choice(choices));

    /// <summary>Declares a value that stands in files as one of several texts, or as null for the default value of its type.</summary>
    /// <typeparam name="T">The type of the C# field, an enum for instance.</typeparam>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="choices">The texts with their meaning.</param>
    public void OptionalChoice<T>(string name, ref T value, params IReadOnlyList<(string Text, T Value)> choices) where T : struct =>
        Exchange(new FieldDeclaration(name), ref value, FieldForms.OptionalChoice(choices));

    /// <summary>Declares a shape, null where it is left out; sizes that are not known are null in files.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    /// <param name="alias">A name under which it is read, too; null: none.</param>
    public void Shape(string name, ref Shape? value, KerasGeneration? only = null, string? alias = null) =>
        Exchange(new FieldDeclaration(name, Only: only, Alias: alias), ref value, FieldForms.Shape);

    /// <summary>Declares a list of integers.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="count">How many there are; one integer alone stands for that many equal ones. Null: any number.</param>
    /// <param name="minimum">The smallest value; null: any.</param>
    /// <param name="required">Whether a configuration must have it.</param>
    /// <param name="alias">A name under which it is read, too; null: none.</param>
    public void Integers(string name, ref int[] value, int? count = null, int? minimum = null, bool required = false,
        string? alias = null) =>
        Exchange(new FieldDeclaration(name, required, Alias: alias), ref value, FieldForms.Integers(count, minimum));

    /// <summary>Declares a list of integers that may be null.</summary>
    /// <inheritdoc cref="Integers(string, ref int[], int?, int?, bool, string?)"/>
    public void OptionalIntegers(string name, ref int[]? value, int? count = null, int? minimum = null, string? alias = null) =>
        Exchange(new FieldDeclaration(name, Alias: alias), ref value, FieldForms.OptionalIntegers(count, minimum));

    /// <summary>Declares a list of 64-bit integers that may be null.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="count">How many integers there are; null: any number.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    public void OptionalIntegers(string name, ref long[]? value, int? count = null, KerasGeneration? only = null) =>
        Exchange(new FieldDeclaration(name, Only: only), ref value, FieldForms.OptionalInt64s(count));

    /// <summary>Declares one axis or several: an integer, or a list.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="form">How Keras writes one axis, which classes of Keras rely on when they read; default an integer.</param>
    public void Axes(string name, ref int[] value, AxesForm form = AxesForm.Integer) =>
        Exchange(new FieldDeclaration(name), ref value, FieldForms.Axes(form));

    /// <summary>
    /// Declares pairs of integers, such as the padding before and after each dimension. One integer stands for all; one per dimension for
    /// both of its pair.
    /// </summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field, [count][2].</param>
    /// <param name="count">How many pairs there are.</param>
    /// <param name="minimum">The smallest value; null: any.</param>
    public void Pairs(string name, ref int[][] value, int count, int? minimum = 0) =>
        Exchange(new FieldDeclaration(name), ref value, FieldForms.Pairs(count, minimum));

    /// <summary>Declares an array of numbers of any number of dimensions, read as one list; or null.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    public void OptionalNumbers(string name, ref double[]? value) =>
        Exchange(new FieldDeclaration(name), ref value, FieldForms.OptionalNumbers);

    /// <summary>Declares a list of texts; or null.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    public void OptionalTexts(string name, ref string[]? value) =>
        Exchange(new FieldDeclaration(name), ref value, FieldForms.OptionalTexts);

    /// <summary>Declares a dtype by its Python name; or null.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    public void OptionalDType(string name, ref DType? value, KerasGeneration? only = null) =>
        Exchange(new FieldDeclaration(name, Only: only), ref value, FieldForms.OptionalDType);

    /// <summary>Declares a value that is kept as it stands in the file, in any form.</summary>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field; null where the field is left out.</param>
    /// <param name="only">The generation of Keras that alone has the field; null: both.</param>
    public void Json(string name, ref JsonElement? value, KerasGeneration? only = null) =>
        Exchange(new FieldDeclaration(name, Only: only, OmitsNull: true), ref value, FieldForms.Json);
}
