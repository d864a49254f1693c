using TfLbfgs.Runtime;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>Compares a variable with a weight, and words the entries of reports.</summary>
internal static class VariableMatch
{
    public static VariableLoad Compare(Variable variable, WeightArray array, string source, bool isRenamed)
    {
        VariableLoadStatus status = !array.Shape.SequenceEqual(variable.Shape) ? VariableLoadStatus.ShapeDiffers
            : !IsNumberOfKind(array.DType, variable.DType) ? VariableLoadStatus.DTypeDiffers
            : array.DType != variable.DType ? VariableLoadStatus.Converted : VariableLoadStatus.Loaded;
        string detail = status switch
        {
            VariableLoadStatus.Loaded => Describe(variable),
            VariableLoadStatus.Converted => $"{Describe(array)} to {variable.DType.PythonName}",
            _ => $"expected {Describe(variable)}, received {Describe(array)}",
        };
        return new VariableLoad(variable.Name, source, status, isRenamed, detail);
    }

    public static VariableLoad Missing(Variable variable, string where) =>
        new(variable.Name, null, VariableLoadStatus.Missing, false, $"expected {Describe(variable)} {where}");

    public static VariableLoad Extra(WeightArray array, string source) =>
        new(null, source, VariableLoadStatus.NotInModel, false, $"received {Describe(array)}, which the model does not have");

    private static string Describe(WeightArray array) => $"{array.DType.PythonName}{array.ShapeText}";

    private static string Describe(Variable variable) => $"{variable.DType.PythonName}{variable.Shape}";

    // Counts are integers in files, too; weights are never read from integers, nor counts from fractions.
    private static bool IsNumberOfKind(DType stored, DType wanted) =>
        wanted.IsInteger ? stored.IsInteger : stored.IsFloating && stored.Size > 1;
}
