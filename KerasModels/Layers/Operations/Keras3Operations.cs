namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The operations of Keras 3 that stand in files as layers: classes of <c>keras.src.ops</c>, with the defaults and dtypes of its TensorFlow
/// backend. Arguments of their constructors stand in the configuration of the layer, those of their calls in the call. Python:
/// <c>keras.ops</c>.
/// </summary>
internal static partial class Keras3Operations
{
    /// <summary>All of them, by the name of the class.</summary>
    public static OperationTable Table { get; } = Create();

    private static OperationTable Create()
    {
        OperationTable table = new();
        AddElementwise(table);
        AddPairs(table);
        AddNumbers(table);
        AddReductions(table);
        AddShapes(table);
        AddSelections(table);
        AddNetworks(table);
        AddLinearAlgebra(table);
        AddImages(table);
        return table;
    }
}
