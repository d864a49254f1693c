using TfLbfgs.Gradients;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>Derivatives of the output of a model by its input, for losses of differential equations.</summary>
public static class ModelDerivatives
{
    extension(Derivatives)
    {
        /// <summary>The output of a model and its partial derivatives by the coordinates of its input: u, u_x, u_xx, ...</summary>
        /// <param name="model">The model, of one input and one output, whose rows do not depend on each other.</param>
        /// <param name="x">The points, [rows, coordinates]; borrowed.</param>
        /// <returns>The derivatives, each computed when it is asked for.</returns>
        /// <exception cref="TfLbfgsException">The points are no matrix.</exception>
        public static PartialDerivatives Of(Model model, Tensor x)
        {
            ArgumentNullException.ThrowIfNull(model);
            return Derivatives.Of(point => model.Call(point), x);
        }
    }
}
