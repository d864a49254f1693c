using System.Text.Json;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>What stands between the brackets of <c>x[...]</c> in a file: integers, slices, new axes and an ellipsis.</summary>
internal static class IndexKey
{
    /// <summary>Applies a key.</summary>
    /// <param name="a">The arguments, for tensors in the key and for messages.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="key">The key, as Keras 2 (<c>slice_spec</c>) or Keras 3 writes it.</param>
    /// <exception cref="TfLbfgsException">The key is none of these.</exception>
    public static Tensor Apply(OperationArguments a, Tensor x, JsonElement key)
    {
        JsonElement[] items = key.ValueKind == JsonValueKind.Array ? [.. key.EnumerateArray()] : [key];
        return x[Array.ConvertAll(items, item => ToIndex(a, item))];
    }

    private static TensorIndex ToIndex(OperationArguments a, JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.Null)
            return TensorIndex.NewAxis;
        if (item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long position))
            return position;
        if (item.ValueKind == JsonValueKind.Object)
        {
            string? name = item.TryGetProperty("class_name", out JsonElement className) && className.ValueKind == JsonValueKind.String
                ? className.GetString()
                : null;
            if (name == "__ellipsis__")
                return TensorIndex.Ellipsis;
            JsonElement slice = name == "__slice__" && item.TryGetProperty("config", out JsonElement config) ? config : item;
            if (slice.ValueKind == JsonValueKind.Object && slice.TryGetProperty("start", out JsonElement start)
                && slice.TryGetProperty("stop", out JsonElement stop) && slice.TryGetProperty("step", out JsonElement step))
                return TensorIndex.Slice(Bound(a, start), Bound(a, stop), Bound(a, step) ?? 1);
        }

        throw a.Fail(
            $"expected integers, slices, new axes or an ellipsis as an index, received {Serialization.ConfigObject.Excerpt(item)}.");
    }

    private static long? Bound(OperationArguments a, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number when value.TryGetInt64(out long number) => number,
        _ => throw a.Fail($"expected integers as the bounds of a slice, received {Serialization.ConfigObject.Excerpt(value)}."),
    };
}
