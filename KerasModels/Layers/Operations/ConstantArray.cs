using System.Text.Json;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Numbers, flags or texts that stand in a file in place of a tensor, as one or in nested lists.</summary>
internal sealed class ConstantArray
{
    private readonly List<JsonElement> _items;
    private readonly Shape _shape;

    private ConstantArray(List<JsonElement> items, Shape shape)
    {
        _items = items;
        _shape = shape;
        DType = items.Count == 0 ? DType.Float32 : KindOf(items[0]) switch
        {
            Kind.Text => DType.String,
            Kind.Flag => DType.Bool,
            _ => items.TrueForAll(IsInteger) ? DType.Int32 : DType.Float32,
        };
    }

    /// <summary>The dtype that Python gives such values: bool, int32, float32 or string.</summary>
    public DType DType { get; }

    /// <summary>Reads a value; null where it is none, or lists have different lengths.</summary>
    public static ConstantArray? Of(JsonElement value)
    {
        List<JsonElement> items = [];
        List<long> dims = [];
        for (JsonElement level = value; level.ValueKind == JsonValueKind.Array; level = level[0])
        {
            dims.Add(level.GetArrayLength());
            if (level.GetArrayLength() == 0)
                break;
        }

        return Collect(value, 0) && items.TrueForAll(item => KindOf(item) == KindOf(items[0])) ? new ConstantArray(items, [.. dims]) : null;

        bool Collect(JsonElement level, int depth)
        {
            if (depth == dims.Count)
            {
                items.Add(level);
                return KindOf(level) != Kind.None;
            }

            return level.ValueKind == JsonValueKind.Array && level.GetArrayLength() == dims[depth]
                && level.EnumerateArray().All(item => Collect(item, depth + 1));
        }
    }

    /// <summary>The values as a tensor.</summary>
    public Tensor ToTensor(DType dtype)
    {
        if (DType == DType.String)
            return Tensor.FromStrings([.. _items.Select(item => item.GetString()!)], _shape);
        if (dtype == DType.Bool)
            return Tensor.From<bool>([.. _items.Select(item => ToDouble(item) != 0)], _shape);
        if (dtype is DType.Int64 or DType.UInt64)
            return RawOps.Cast(Tensor.From<long>([.. _items.Select(item => (long)ToDouble(item))], _shape), dtype);
        return HostArrays.ToTensor([.. _items.Select(ToDouble)], dtype, _shape);
    }

    private static double ToDouble(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => PythonJson.NumberOf(item.GetString())!.Value,
        _ => item.GetDouble(),
    };

    private static bool IsInteger(JsonElement item) =>
        item.ValueKind == JsonValueKind.Number && item.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 && item.TryGetInt64(out _);

    private enum Kind
    {
        None,
        Number,
        Flag,
        Text,
    }

    private static Kind KindOf(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.Number => Kind.Number,
        JsonValueKind.True or JsonValueKind.False => Kind.Flag,
        JsonValueKind.String => PythonJson.NumberOf(item.GetString()) is null ? Kind.Text : Kind.Number,
        _ => Kind.None,
    };
}
