using System.Globalization;
using System.Text;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

public partial class Model
{
    /// <summary>The weights in host memory, one array for each of <see cref="Layer.Variables"/>, row-major. Python: <c>model.get_weights()</c>.</summary>
    /// <returns>The weights as float64, whatever the dtype; exact.</returns>
    public double[][] GetWeights()
    {
        using TensorScope scope = new();
        return [.. Variables.Select(variable => variable.Value.ToDoubles())];
    }

    /// <summary>Replaces the weights; all or, when something does not fit, none. Python: <c>model.set_weights(arrays)</c>.</summary>
    /// <param name="weights">One array for each of <see cref="Layer.Variables"/>, row-major; rounded to the dtype.</param>
    /// <exception cref="TfLbfgsException">The number of arrays, or the length of one, differs.</exception>
    public void SetWeights(IReadOnlyList<double[]> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        IReadOnlyList<Variable> variables = Variables;
        if (weights.Count != variables.Count)
            throw new TfLbfgsException($"{this}: expected {variables.Count} arrays, one per variable, received {weights.Count}.");
        for (int i = 0; i < variables.Count; i++)
        {
            if (weights[i].Length != variables[i].Shape.ElementCount)
                throw new TfLbfgsException($"Variable {variables[i].Name}: expected {variables[i].Shape.ElementCount} values for shape {variables[i].Shape}, received {weights[i].Length}.");
        }

        using TensorScope scope = new();
        for (int i = 0; i < variables.Count; i++)
            variables[i].Assign(HostArrays.ToTensor(weights[i], variables[i].DType, variables[i].Shape));
    }

    /// <summary>The model as a table: layers with output shapes and numbers of parameters. Python: <c>model.summary()</c>.</summary>
    /// <returns>The text.</returns>
    public string Summary()
    {
        List<string[]> rows = [["Layer", "Output shape", "Parameters"]];
        foreach (Layer layer in BuiltLayers)
        {
            long count = layer.Variables.Sum(variable => variable.Shape.ElementCount);
            rows.Add([$"{layer.Name} ({layer.ClassName}{(layer.Trainable ? "" : ", frozen")})", layer.OutputShape?.ToString() ?? "?", Number(count)]);
        }

        int[] widths = [.. Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"Model: {Name} ({DType.PythonName})");
        foreach (string[] row in rows)
            text.AppendLine($"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}");
        long trained = TrainableVariables.Sum(variable => variable.Shape.ElementCount), all = Variables.Sum(variable => variable.Shape.ElementCount);
        text.Append(CultureInfo.InvariantCulture, $"{Number(all)} parameters, {Number(trained)} of them trainable");
        return text.ToString();
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
