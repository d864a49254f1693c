using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <content>Refining of a trained model.</content>
public partial class Model
{
    /// <summary>
    /// Refines the weights of a model, such as one that was loaded, by L-BFGS: in float64 also where the model is of float32, with layers
    /// left out as asked. The model has the best weights afterwards, rounded to their dtypes. Call it without <c>Compile</c>.
    /// </summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype or of that of the computation; borrowed.</param>
    /// <param name="y">The targets, [rows, ...]; borrowed.</param>
    /// <param name="loss">The loss, or its Keras name.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>What changed.</returns>
    /// <exception cref="TfLbfgsException">A layer to be frozen does not exist, or model, loss and data do not fit.</exception>
    public RefineReport Refine(Tensor x, Tensor y, Loss loss, RefineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(loss);
        options ??= new RefineOptions();
        using TensorScope scope = new();
        Tensor own = x.DType == DType || !x.DType.IsFloating ? x : RawOps.Cast(x, DType);
        BuildFor([own]);
        List<(Layer Layer, bool Trainable)> former = Freeze(options.FrozenLayers);
        try
        {
            DType? compute = options.ComputeDType == DType ? null : options.ComputeDType;
            Tensor input = compute is { } wide && x.DType.IsFloating ? RawOps.Cast(x, wide) : own;
            using ModelObjective objective =
                new(this, loss, input, y, new ObjectiveOptions { ComputeDType = compute, VectorDType = compute });
            double before = objective.Measure().Total;
            IReadOnlyList<Variable> trained = TrainableVariables;
            double[][] values = [.. trained.Select(variable => variable.Value.ToDoubles())];
            using LbfgsMinimizer minimizer = new(objective, options.Lbfgs);
            using LbfgsResult result = minimizer.Minimize(options.CancellationToken);
            List<(string, double, double)> changes = [];
            for (int i = 0; i < trained.Count; i++)
            {
                double[] now = trained[i].Value.ToDoubles();
                changes.Add((trained[i].Name, now.Zip(values[i], (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max(),
                    now.Select(Math.Abs).DefaultIfEmpty().Max()));
            }

            return new RefineReport(
                before, objective.Measure().Total, result.Message, result.Reason, result.Iterations, result.Evaluations, changes);
        }
        finally
        {
            // A layer hands its own on to those within it, which come after it.
            foreach ((Layer layer, bool trainable) in former)
                layer.Trainable = trainable;
        }
    }

    /// <summary>Freezes layers by name.</summary>
    /// <returns>Whether these, and the layers within them, were trainable before.</returns>
    private List<(Layer Layer, bool Trainable)> Freeze(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => Layers.All(layer => layer.Name != name)) is { } unknown)
            throw new TfLbfgsException("RefineOptions.FrozenLayers: expected names of the layers "
                + $"{string.Join(", ", Layers.Select(layer => layer.Name))}, received '{unknown}'.");
        Layer[] frozen = [.. Layers.Where(layer => names.Contains(layer.Name))];
        List<(Layer, bool)> former = [.. frozen.SelectMany(layer => layer.Tree()).Select(layer => (layer, layer.Trainable))];
        foreach (Layer layer in frozen)
            layer.Trainable = false;
        return former;
    }
}
