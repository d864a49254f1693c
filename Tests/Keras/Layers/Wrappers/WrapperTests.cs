using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Wrappers;

/// <summary>A wrapper and a recurrent cell of one's own, in files too.</summary>
public sealed class WrapperTests : LeakChecked
{
    [Fact]
    public void Wrapper_OfACustomClass_HasTheVariablesOfTheLayerAndOpensAgain()
    {
        KerasRegistry.Register<Doubled>();
        KerasRegistry.Register<Decay>();
        try
        {
            using ScratchFolder folder = new();
            using TensorScope scope = new();
            Tensor x = Tf.Constant(new[, ,] { { { 1f, 2 }, { 3, 4 } } });
            using Sequential model = new() { new InputLayer([2, 2]), new Doubled(new Dense(2)), new RNN(new Decay()) };
            Assert.Equal(2, model.Variables.Count);
            model.Save(folder.File("m.h5"));
            using Model loaded = Model.Load(folder.File("m.h5"));
            Assert.Equal(model.Predict(x).ToDoubles(), loaded.Predict(x).ToDoubles());
        }
        finally
        {
            KerasRegistry.Unregister<Doubled>();
            KerasRegistry.Unregister<Decay>();
        }
    }

    private sealed class Doubled : Wrapper
    {
        public Doubled(Layer layer) : base(layer)
        {
        }

        public Doubled()
        {
        }

        protected override Tensor Call(Tensor input, CallContext context) => Layer.Call(input) * 2;
    }

    /// <summary>Half of the state and the input.</summary>
    private sealed class Decay : RecurrentCell
    {
        protected internal override IReadOnlyList<Shape> StateShapes(Shape inputShape) => [[inputShape[-1]]];

        protected internal override (Tensor Output, IReadOnlyList<Tensor> States) Step(
            Tensor input, IReadOnlyList<Tensor> states, IReadOnlyList<Tensor> constants, CallContext context)
        {
            Tensor next = (states[0] * 0.5) + input;
            return (next, [next]);
        }
    }
}
