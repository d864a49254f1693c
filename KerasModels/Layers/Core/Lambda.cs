using System.Text.Json;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// C# code as a layer. A file holds the Python code of such a layer, which is never executed: give its C# in <c>LoadOptions.Lambdas</c>. A
/// model that was made here is saved with the layer's name only, so that it loads
/// here in the same way. Python: <c>tf.keras.layers.Lambda</c>.
/// </summary>
public sealed class Lambda : Layer
{
    private Func<IReadOnlyList<Tensor>, Tensor>? _function;
    private JsonElement? _code;
    private JsonElement? _codeType;
    private JsonElement? _module;
    private JsonElement? _outputShape;
    private JsonElement? _outputShapeType;
    private JsonElement? _outputShapeModule;
    private JsonElement? _arguments;

    /// <summary>Creates a layer of one input.</summary>
    /// <param name="function">From the input to the output, written with tensor operations.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Lambda(Func<Tensor, Tensor> function, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = inputs =>
            function(inputs.Count == 1 ? inputs[0] : throw new TfLbfgsException($"{this}: expected one input, received {inputs.Count}."));
    }

    /// <summary>Creates a layer of several inputs.</summary>
    /// <param name="function">From the inputs to the output, written with tensor operations.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Lambda(Func<IReadOnlyList<Tensor>, Tensor> function, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
    }

    internal Lambda()
    {
    }

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context) =>
        [_function!(inputs) ?? throw new TfLbfgsException($"{this}: expected a tensor from the function, received null.")];

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Json("function", ref _code);
        fields.Json("function_type", ref _codeType, only: KerasGeneration.Keras2);
        fields.Json("module", ref _module, only: KerasGeneration.Keras2);
        fields.Json("output_shape", ref _outputShape);
        fields.Json("output_shape_type", ref _outputShapeType, only: KerasGeneration.Keras2);
        fields.Json("output_shape_module", ref _outputShapeModule, only: KerasGeneration.Keras2);
        fields.Json("arguments", ref _arguments);
        fields.Ignore("mask");
    }

    internal override void ReadFrom(ConfigReader reader)
    {
        base.ReadFrom(reader);
        string? called = _code is { } code ? FunctionName(code) : null;
        if (!reader.Context.Lambdas.TryGetValue(Name, out _function)
            && (called is null || !reader.Context.Lambdas.TryGetValue(called, out _function)))
            throw new ModelConfigException($"{reader.Config.Owner}: {CodeNeeded([Name])}");
    }

    /// <summary>The sentences for layers whose C# code is not given.</summary>
    internal static string CodeNeeded(IReadOnlyList<string> names) =>
        $"{(names.Count == 1 ? "the Lambda layer" : "the Lambda layers")} {string.Join(", ", names.Select(name => $"'{name}'"))} "
        + $"{(names.Count == 1 ? "holds" : "hold")} Python code, "
        + $"and nothing in a file is executed here. Give {(names.Count == 1 ? "its" : "their")} code in C#: "
        + $"Model.Load(path, new LoadOptions {{ Lambdas = {{ {string.Join(", ", names.Select(name => $"[\"{name}\"] = x => ..."))} }} }}).";

    /// <summary>A function by its name in Python; null for byte code.</summary>
    internal static string? FunctionName(JsonElement code) => code switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: < 80 } name
            && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.') => name,
        { ValueKind: JsonValueKind.Object } entry when entry.TryGetProperty("config", out JsonElement config)
            && config.ValueKind == JsonValueKind.String => config.GetString(),
        _ => null,
    };
}
