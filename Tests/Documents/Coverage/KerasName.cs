namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>What Keras makes public under one name, or under several.</summary>
/// <param name="Module">The module, such as <c>layers</c>.</param>
/// <param name="Object">The name of the class or function itself.</param>
/// <param name="Names">The names in the module, sorted.</param>
/// <param name="InKeras2">Whether Keras 2 has it.</param>
/// <param name="InKeras3">Whether Keras 3 has it.</param>
/// <param name="Type">The C# class; null: there is none.</param>
/// <param name="Tests">What covers it, as links.</param>
internal sealed record KerasName(string Module, string Object, IReadOnlyList<string> Names, bool InKeras2, bool InKeras3, Type? Type,
    IReadOnlyList<string> Tests)
{
    /// <summary>Why there is no class; null: no reason is known.</summary>
    public string? Reason => KerasReasons.Of(Module, Object);

    /// <summary>The name with its aliases.</summary>
    public string Title =>
        Names.Where(name => name != Object).ToArray() is { Length: > 0 } others ? $"{Object} ({string.Join(", ", others)})" : Object;

    /// <summary>The generations that have it.</summary>
    public string Generations => InKeras2 && InKeras3 ? "2, 3" : InKeras2 ? "2" : "3";
}
