using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// A convolution with its attributes: linear in the input and in the filter, so that its two gradients and itself are the gradients of one
/// another.
/// </summary>
internal abstract class Convolution
{
    /// <summary>The convolution of an input with a filter.</summary>
    public abstract Tensor Forward(Tensor input, Tensor filter);

    /// <summary>The gradient with respect to an input.</summary>
    /// <param name="like">A tensor of the input's shape; its values are not used.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="g">The gradient of the output.</param>
    public abstract Tensor InputGradient(Tensor like, Tensor filter, Tensor g);

    /// <summary>The gradient with respect to a filter.</summary>
    /// <param name="input">The input.</param>
    /// <param name="like">A tensor of the filter's shape; its values are not used.</param>
    /// <param name="g">The gradient of the output.</param>
    public abstract Tensor FilterGradient(Tensor input, Tensor like, Tensor g);
}
