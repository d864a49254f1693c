using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A hash table of TensorFlow that a layer owns. It is made and filled outside of traces, and a traced function reads what it holds at the
/// time of the call.
/// </summary>
/// <param name="keyType">The dtype of the keys.</param>
/// <param name="valueType">The dtype of the values.</param>
internal sealed class LookupTable(DType keyType, DType valueType) : IDisposable
{
    private Tensor? _handle;

    /// <summary>Whether the table was made.</summary>
    public bool IsMade => _handle is not null;

    /// <summary>Replaces the content.</summary>
    /// <param name="pairs">Makes the keys and the values, of one length.</param>
    public void Fill(Func<(Tensor Keys, Tensor Values)> pairs)
    {
        using IDisposable eager = Tf.InitScope();
        using TensorScope scope = new();
        // Held by an alias, which no scope of the user disposes.
        _handle ??= RawOps.AnonymousMutableHashTable(keyType, valueType).Alias();
        (Tensor keys, Tensor values) = pairs();
        RawOps.LookupTableImportV2(_handle, keys, values);
    }

    /// <summary>The values of keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="missing">The value of keys that are not in the table, a scalar.</param>
    /// <returns>The values, of the shape of the keys.</returns>
    public Tensor Find(Tensor keys, Tensor missing)
    {
        Tensor found = RawOps.LookupTableFindV2(_handle ?? throw new InvalidOperationException("The table was not filled."), keys, missing);
        found.RefineShape(keys.Shape);
        return found;
    }

    /// <summary>Adds to a traced function that it fails while the table is empty.</summary>
    /// <param name="message">What is missing.</param>
    public void RequireContent(string message) =>
        RawOps.Assert(RawOps.LookupTableSizeV2(_handle!) > Tensor.Scalar(0L), [Tensor.FromStrings([message], Shape.Scalar)]);

    /// <summary>Frees the table.</summary>
    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }
}
