using System.Globalization;
using System.Text.Json.Nodes;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The value of a tensor in managed memory, which needs no disposal.</summary>
internal sealed class HostConstant
{
    private readonly byte[]? _bytes;
    private readonly string[]? _texts;

    private HostConstant(DType dtype, Shape shape, byte[]? bytes, string[]? texts)
    {
        DType = dtype;
        Shape = shape;
        _bytes = bytes;
        _texts = texts;
    }

    public DType DType { get; }

    public Shape Shape { get; }

    /// <summary>Copies a value.</summary>
    /// <param name="operation">What it is an input of, for messages.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="TfLbfgsException">The tensor has no value now.</exception>
    public static HostConstant Of(string operation, Tensor value)
    {
        if (value.IsSymbolic || value.DType is DType.Resource or DType.Variant)
        {
            throw new TfLbfgsException(
                $"{operation}: expected symbolic tensors of a functional model and constants, received {value.Describe()} of a traced "
                    + "function. Build the model outside of functions.");
        }

        return value.DType == DType.String
            ? new HostConstant(value.DType, value.Shape, null, value.ToStrings())
            : new HostConstant(value.DType, value.Shape, value.ToBytes(), null);
    }

    /// <summary>The value; of a floating-point dtype in that of the computation.</summary>
    public Tensor ToTensor(DType computeDType)
    {
        Tensor value = _bytes is null ? Tensor.FromStrings(_texts!, Shape) : Tensor.FromBytes(_bytes, DType, Shape);
        return DType.IsFloating && computeDType.IsFloating && DType != computeDType ? RawOps.Cast(value, computeDType) : value;
    }

    /// <summary>The value as nested lists, or one number.</summary>
    public JsonNode ToPlainJson()
    {
        Queue<JsonNode> left = new(_texts is { } texts ? texts.Select(text => (JsonNode)text) : ToDoubles().Select(ToNode));
        return Level(0);

        JsonNode Level(int depth) => depth == Shape.Rank
            ? left.Dequeue()
            : new JsonArray([.. Enumerable.Range(0, (int)Shape[depth]).Select(_ => Level(depth + 1))]);
    }

    /// <summary>The value as Keras 3 writes it: a number, or an array with its dtype.</summary>
    public JsonNode ToTypedJson() => Shape.Rank == 0
        ? ToPlainJson()
        : new JsonObject
        {
            ["class_name"] = "__numpy__",
            ["config"] = new JsonObject { ["value"] = ToPlainJson(), ["dtype"] = DType.PythonName }
        };

    private JsonNode ToNode(double number) =>
        DType == DType.Bool ? JsonValue.Create(number != 0) : DType.IsFloating ? Floating(number) : JsonValue.Create((long)number);

    // With a point, since Python takes 1 as an integer.
    private static JsonNode Floating(double number) => double.IsInteger(number) && Math.Abs(number) < 1e15
        ? JsonNode.Parse(number.ToString("F1", CultureInfo.InvariantCulture))!
        : double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The elements as numbers, row-major.</summary>
    public double[] ToDoubles()
    {
        using IDisposable eager = Tf.InitScope();
        using Tensor value =
            Tensor.FromBytes(_bytes ?? throw new TfLbfgsException("Expected a constant of numbers, received texts."), DType, Shape);
        return value.ToDoubles();
    }
}
