namespace TfLbfgs.Keras.Saving;

/// <summary>What became of one variable when weights were loaded.</summary>
/// <param name="Variable">The variable of the model, such as <c>dense/kernel</c>; null when only the file has it.</param>
/// <param name="Source">The weight in the file, such as <c>dense/kernel:0</c> of layer <c>dense</c>; null when only the model has
/// it.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Renamed">Whether it was matched by its position, since layer or weight have another name in the file.</param>
/// <param name="Detail">Shapes and dtypes: expected and received where they differ.</param>
public sealed record VariableLoad(string? Variable, string? Source, VariableLoadStatus Status, bool Renamed, string Detail)
{
    /// <summary>Whether the variable has the value of the file.</summary>
    public bool IsLoaded => Status is VariableLoadStatus.Loaded or VariableLoadStatus.Converted;

    /// <inheritdoc/>
    public override string ToString()
    {
        string status = Status switch
        {
            VariableLoadStatus.Loaded => "loaded",
            VariableLoadStatus.Converted => "loaded, converted",
            VariableLoadStatus.Missing => "missing in the file",
            VariableLoadStatus.ShapeDiffers => "shape differs",
            VariableLoadStatus.DTypeDiffers => "not floating-point",
            _ => "not in the model",
        };
        return $"{Variable ?? Source}: {status}{(Renamed ? $" (from {Source})" : "")}, {Detail}";
    }
}
