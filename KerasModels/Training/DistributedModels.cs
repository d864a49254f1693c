using TfLbfgs.Distribution;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>Models on several devices.</summary>
public static class DistributedModels
{
    extension(DistributedObjective)
    {
        /// <summary>
        /// Divides the data of a model over devices: a <see cref="ModelObjective"/>, which is disposed with the result, within a
        /// <see cref="DistributedObjective"/>.
        /// </summary>
        /// <param name="model">The model; borrowed.</param>
        /// <param name="loss">The loss, or its Keras name.</param>
        /// <param name="x">The inputs, [rows, ...].</param>
        /// <param name="y">The targets, [rows, ...].</param>
        /// <param name="strategy">On which devices, and in how many parts.</param>
        /// <param name="options">How data are divided and parts computed; null: defaults.</param>
        /// <param name="objectiveOptions">Dtypes, weights and training mode; null: defaults.</param>
        /// <returns>The objective, owned by the caller.</returns>
        /// <exception cref="TfLbfgsException">Model, loss and data do not fit, or there are fewer rows than parts.</exception>
        public static DistributedObjective Of(
            Model model, Loss loss, Tensor x, Tensor y, DistributionStrategy strategy, DistributedOptions? options = null,
                ObjectiveOptions? objectiveOptions = null)
        {
            ModelObjective objective = new(model, loss, x, y, objectiveOptions);
            try
            {
                return new DistributedObjective(objective, strategy, options, ownsObjective: true);
            }
            catch
            {
                objective.Dispose();
                throw;
            }
        }
    }
}
