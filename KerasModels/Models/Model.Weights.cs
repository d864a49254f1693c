using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

public partial class Model
{
    /// <summary>
    /// The weights in host memory, one array for each of <see cref="Layer.Variables"/>, row-major. Python: <c>model.get_weights()</c>.
    /// </summary>
    /// <returns>The weights as float64, regardless of the dtype; exact.</returns>
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
                throw new TfLbfgsException($"Variable {variables[i].Name}: expected {variables[i].Shape.ElementCount} values for shape "
                    + $"{variables[i].Shape}, received {weights[i].Length}.");
        }

        using TensorScope scope = new();
        for (int i = 0; i < variables.Count; i++)
            variables[i].Assign(HostArrays.ToTensor(weights[i], variables[i].DType, variables[i].Shape));
    }

    /// <summary>
    /// The model as a table, as Keras prints it: layers with output shapes and numbers of parameters. Python: <c>model.summary()</c>.
    /// </summary>
    /// <param name="expandNested">Whether the layers of models within the model are listed too; default false.</param>
    /// <returns>The text.</returns>
    public string Summary(bool expandNested = false) => ModelSummary.Write(this, expandNested);
}
