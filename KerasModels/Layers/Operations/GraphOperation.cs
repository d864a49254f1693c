using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// An op of TensorFlow's graph with its attributes and constant inputs, as Keras 2.0 to 2.3 wrote operators and functions between layers.
/// Python: <c>TensorFlowOpLayer</c>.
/// </summary>
[KerasName("TensorFlowOpLayer")]
internal sealed class GraphOperation : Layer
{
    // References have it, the configuration does not.
    private const string NamePrefix = "tf_op_layer_";

    // These follow from the inputs.
    private static readonly HashSet<string> Inferred =
        ["T", "N", "Index", "SrcT", "Taxis", "Tdim", "Tidx", "Tindices", "Tlen", "Tmultiples", "Tpaddings", "Tparams", "Tperm",
        "Tshape", "TI"];

    private JsonElement? _node;
    private JsonElement? _constants;

    /// <inheritdoc/>
    private protected override bool CastsInputs => false;

    private string Op =>
        _node is { ValueKind: JsonValueKind.Object } node && node.TryGetProperty("op", out JsonElement op)
        && op.ValueKind == JsonValueKind.String ? op.GetString()! : "";

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Dictionary<int, JsonElement> constants = _constants is { ValueKind: JsonValueKind.Object } given
            ? given.EnumerateObject().ToDictionary(
                constant => int.Parse(constant.Name, NumberStyles.None, CultureInfo.InvariantCulture), constant => constant.Value)
            : [];
        DType floating = inputs.FirstOrDefault(input => input.DType.IsFloating)?.DType ?? KerasConfig.FloatX;
        Queue<Tensor> left = new(inputs);
        List<Tensor> all = [];
        for (int i = 0; i < inputs.Count + constants.Count; i++)
        {
            if (constants.TryGetValue(i, out JsonElement constant))
                all.Add(ToConstant(constant, floating, i));
            else
                all.Add(left.TryDequeue(out Tensor? input)
                    ? input : throw new TfLbfgsException(
                    $"{this}: expected {inputs.Count + constants.Count} inputs of {Op}, received {i}."));
        }

        return RawOp.Execute(Op, all, Attributes());
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Exchange(new FieldDeclaration("node_def", IsRequired: true), ref _node, FieldForms.Json);
        fields.Exchange(new FieldDeclaration("constants"), ref _constants, FieldForms.Json);
    }

    internal override void ReadFrom(ConfigReader reader)
    {
        base.ReadFrom(reader);
        if (Op.Length == 0)
            throw reader.Fail("the name of an op in 'node_def'");
        if (!Name.StartsWith(NamePrefix, StringComparison.Ordinal))
            AdoptName(NamePrefix + Name);
    }

    internal override JsonNode ToNode(ConfigWriter parent)
    {
        JsonNode node = base.ToNode(parent);
        node["config"]!["name"] = Name[NamePrefix.Length..];
        return node;
    }

    private Tensor ToConstant(JsonElement constant, DType floating, int position)
    {
        ConstantArray values = ConstantArray.Of(constant)
            ?? throw new TfLbfgsException($"{this}: expected numbers as the constant input {position} of {Op}.");
        return values.ToTensor(values.DType == DType.Float32 ? floating : values.DType);
    }

    private (string, AttributeValue)[] Attributes()
    {
        if (!_node!.Value.TryGetProperty("attr", out JsonElement attributes) || attributes.ValueKind != JsonValueKind.Object)
            return [];
        return [.. attributes.EnumerateObject()
            .Where(attribute => attribute.Name[0] != '_' && !Inferred.Contains(attribute.Name))
            .Select(attribute => (attribute.Name, ToAttribute(attribute.Name, attribute.Value)))];
    }

    private AttributeValue ToAttribute(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty field in value.EnumerateObject())
            {
                switch (field.Name)
                {
                    case "type" when TypeOf(field.Value.GetString()) is { } dtype:
                        return dtype;
                    case "b":
                        return field.Value.GetBoolean();
                    case "i":
                        return ToLong(field.Value);
                    case "f":
                        return (float)field.Value.GetDouble();
                    case "s":
                        return Encoding.UTF8.GetString(field.Value.GetBytesFromBase64());
                    case "list" when field.Value.TryGetProperty("i", out JsonElement integers):
                        return (long[])[.. integers.EnumerateArray().Select(ToLong)];
                    case "list" when !field.Value.EnumerateObject().Any():
                        return Array.Empty<long>();
                }
            }
        }

        throw new TfLbfgsException($"{this}: the attribute '{name}' of {Op} has an unknown form: {ConfigObject.Excerpt(value)}. Replace "
            + "the operation by a layer and save the model again.");
    }

    // Protocol buffers write integers of 64 bits as texts.
    private static long ToLong(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetInt64();

    private static DType? TypeOf(string? name) => name switch
    {
        "DT_FLOAT" => DType.Float32,
        "DT_DOUBLE" => DType.Float64,
        "DT_HALF" => DType.Float16,
        "DT_BFLOAT16" => DType.BFloat16,
        "DT_INT32" => DType.Int32,
        "DT_INT64" => DType.Int64,
        "DT_UINT8" => DType.UInt8,
        "DT_BOOL" => DType.Bool,
        "DT_COMPLEX64" => DType.Complex64,
        "DT_COMPLEX128" => DType.Complex128,
        "DT_STRING" => DType.String,
        _ => null,
    };
}
